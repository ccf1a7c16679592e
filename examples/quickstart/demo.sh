#!/bin/sh
# The demo behind `make demo`: a local API that behaves like the platform, and the real Terraform with
# the real provider creating, changing, repairing and destroying on it. Everything happens in a folder of
# its own, which is removed at the end.
#
# TERRAFORM: the terraform or tofu to use.  BINARIES: the folder with the provider and the stand-in.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
standin=

finish() {
	status=$?
	if [ -n "$standin" ]; then
		kill "$standin" 2>/dev/null || true
		wait "$standin" 2>/dev/null || true
	fi
	if [ $status -ne 0 ]; then
		echo "The demo failed. The stand-in said:" >&2
		cat "$work/standin.log" >&2 || true
	fi
	rm -rf "$work"
	exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

say() {
	printf '\n=== %s\n\n' "$*"
}

fail() {
	echo "demo: $*" >&2
	exit 1
}

cp -R "$here" "$work/mine"
mv "$work/mine/someone-else" "$work/theirs"
cat >"$work/cli.tfrc" <<EOF
provider_installation {
  dev_overrides {
    "hikube/hikube"                       = "$BINARIES"
    "registry.opentofu.org/hikube/hikube" = "$BINARIES"
  }
  direct {}
}
EOF
# Nothing of this machine's own settings takes part, and nothing is left in them.
unset HIKUBE_HOST HIKUBE_KUBECONFIG HIKUBE_KUBECONFIG_PATH HIKUBE_NAMESPACE HIKUBE_CONTEXT HIKUBE_TOKEN 2>/dev/null || true
export TF_CLI_CONFIG_FILE="$work/cli.tfrc" KUBECONFIG="$work/kubeconfig" XDG_CACHE_HOME="$work/cache" CHECKPOINT_DISABLE=1
export TF_IN_AUTOMATION=1 TF_CLI_ARGS="-no-color"

say "A local API that behaves like the platform"
"$BINARIES/hikube-standin" --kubeconfig "$KUBECONFIG" --for 900 >"$work/standin.log" 2>&1 &
standin=$!
waited=0
until [ -s "$KUBECONFIG" ]; do
	kill -0 "$standin" 2>/dev/null || fail "the stand-in did not start"
	waited=$((waited + 1))
	[ $waited -le 100 ] || fail "the stand-in did not start within 10 s"
	sleep 0.1
done
cat "$work/standin.log"

cd "$work/mine"
quiet() {
	# What is planned and what is done; the demo shows one plan whole, further down.
	"$TERRAFORM" "$@" >"$work/out" 2>&1 || { status=$?; cat "$work/out"; return $status; }
	grep -E '^  # |^Plan:|^No changes|: (Creating|Modifying|Destroying|Importing)|complete after|^(Apply|Destroy) complete' "$work/out"
}

say "Create: $TERRAFORM apply"
quiet apply -auto-approve

say "Change the size of the database: apply -var postgres_size=40Gi"
quiet apply -auto-approve -var postgres_size=40Gi

say "Meanwhile someone else changes the same database from a state of their own"
sed 's/"20Gi"/"40Gi"/' "$work/theirs/main.tf" >"$work/theirs/changed.tf" && rm "$work/theirs/main.tf"
(cd "$work/theirs" && quiet apply -auto-approve)

say "The next plan finds it: plan -detailed-exitcode"
found=0
"$TERRAFORM" plan -detailed-exitcode -var postgres_size=40Gi -out "$work/plan" >"$work/out" 2>&1 || found=$?
[ $found -eq 2 ] || { cat "$work/out"; fail "the plan should have found changes (exit 2) and ended with $found"; }
"$TERRAFORM" show "$work/plan" | sed -n '/# hikube_postgres.shop/,/^$/p'
for field in 'replicas *= 5 -> null' 'external *= true -> null' '- "visitor" *= '; do
	"$TERRAFORM" show "$work/plan" | grep -q -- "$field" || fail "the plan does not show: $field"
done
"$TERRAFORM" show "$work/plan" | grep -q 'Plan: 0 to add, 1 to change, 0 to destroy' || fail "the plan should change the database and nothing else"

say "Repair it: apply"
quiet apply -auto-approve -var postgres_size=40Gi

say "Now nothing is left to do: plan -detailed-exitcode"
quiet plan -detailed-exitcode -var postgres_size=40Gi

say "Destroy: everything is gone when the command ends"
quiet destroy -auto-approve -var postgres_size=40Gi

say "Done: created, changed, drifted, found, repaired, destroyed."
