module shell

go 1.19

require github.com/sshrpc/sshrpc/clients/go v0.0.0

replace github.com/sshrpc/sshrpc/clients/go => ../../../clients/go
