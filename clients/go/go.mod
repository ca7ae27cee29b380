module github.com/sshrpc/sshrpc/clients/go

go 1.19
