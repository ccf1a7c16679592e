#!/bin/sh
# Run by `make demo`: creates, updates, repairs and destroys resources with Terraform and the provider on a
# local stand-in for the Hikube API. All files are in a temporary directory, which is removed at the end.
#
# TERRAFORM: the terraform or tofu executable.  BINARIES: the directory of the provider and the stand-in.
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
		echo "The demo failed. Output of the stand-in:" >&2
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
# Do not use or change the settings of this machine.
unset HIKUBE_HOST HIKUBE_KUBECONFIG HIKUBE_KUBECONFIG_PATH HIKUBE_NAMESPACE HIKUBE_CONTEXT HIKUBE_TOKEN 2>/dev/null || true
export TF_CLI_CONFIG_FILE="$work/cli.tfrc" KUBECONFIG="$work/kubeconfig" XDG_CACHE_HOME="$work/cache" CHECKPOINT_DISABLE=1
export TF_IN_AUTOMATION=1 TF_CLI_ARGS="-no-color"

say "Start a local stand-in for the Hikube API"
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
	# Shows only the changes. One plan is shown in full below.
	"$TERRAFORM" "$@" >"$work/out" 2>&1 || { status=$?; cat "$work/out"; return $status; }
	grep -E '^  # |^Plan:|^No changes|: (Creating|Modifying|Destroying|Importing)|complete after|^(Apply|Destroy) complete' "$work/out"
}

say "Create: $TERRAFORM apply"
quiet apply -auto-approve

say "Update the size of the database: apply -var postgres_size=40Gi"
quiet apply -auto-approve -var postgres_size=40Gi

say "Another user changes the same database from another configuration"
sed 's/"20Gi"/"40Gi"/' "$work/theirs/main.tf" >"$work/theirs/changed.tf" && rm "$work/theirs/main.tf"
(cd "$work/theirs" && quiet apply -auto-approve)

say "Detect the drift: plan -detailed-exitcode"
found=0
"$TERRAFORM" plan -detailed-exitcode -var postgres_size=40Gi -out "$work/plan" >"$work/out" 2>&1 || found=$?
[ $found -eq 2 ] || { cat "$work/out"; fail "expected exit status 2 (changes) of the plan, got $found"; }
"$TERRAFORM" show "$work/plan" | sed -n '/# hikube_postgres.shop/,/^$/p'
for field in 'replicas *= 5 -> null' 'external *= true -> null' '- "visitor" *= '; do
	"$TERRAFORM" show "$work/plan" | grep -q -- "$field" || fail "the plan does not show: $field"
done
"$TERRAFORM" show "$work/plan" | grep -q 'Plan: 0 to add, 1 to change, 0 to destroy' || fail "expected a plan that changes only the database"

say "Repair the drift: apply"
quiet apply -auto-approve -var postgres_size=40Gi

say "Nothing to change: plan -detailed-exitcode"
quiet plan -detailed-exitcode -var postgres_size=40Gi

say "Destroy: the command ends when everything is gone"
quiet destroy -auto-approve -var postgres_size=40Gi

say "Done."
