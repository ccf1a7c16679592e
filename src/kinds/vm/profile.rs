use crate::kinds::shared::{KnownValues, ValueList};

/// An instance profile by name.
pub(super) struct InstanceProfile;

impl KnownValues for InstanceProfile {
    const VALUES: ValueList = &[
        ("", ""),
        ("alpine", ""),
        (
            "centos.7 centos.7.desktop centos.stream8 centos.stream8.desktop centos.stream8.dpdk \
             centos.stream9 centos.stream9.desktop centos.stream9.dpdk centos.stream10 centos.stream10.desktop",
            "",
        ),
        ("cirros debian fedora fedora.arm64 fedora.s390x", ""),
        ("legacy linux linux.efi linux.virtiotransitional", ""),
        ("opensuse.leap opensuse.tumbleweed oraclelinux", ""),
        (
            "rhel.7 rhel.7.desktop rhel.8 rhel.8.desktop rhel.8.dpdk rhel.9 rhel.9.arm64 rhel.9.desktop \
             rhel.9.dpdk rhel.9.realtime rhel.10 rhel.10.arm64",
            "",
        ),
        ("sles ubuntu", ""),
        (
            "windows.10 windows.10.virtio windows.11 windows.11.virtio windows.2k16 windows.2k16.virtio \
             windows.2k19 windows.2k19.virtio windows.2k22 windows.2k22.virtio windows.2k25 windows.2k25.virtio",
            "",
        ),
    ];
}
