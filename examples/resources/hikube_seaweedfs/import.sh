terraform import hikube_seaweedfs.acme tenant-acme/seaweedfs
