// The Go client: see ../../../README.md for what is read and answered.
package main

import (
	"context"
	"net"

	"bench/serve"

	"github.com/sshrpc/sshrpc/clients/go"
)

type client struct {
	session *sshrpc.Session
}

var ctx = context.Background()

func (c *client) Open() (err error) {
	c.session, err = sshrpc.Dial(ctx, net.JoinHostPort(serve.Host, serve.Port), &sshrpc.Config{
		Username:      serve.User,
		IdentityFiles: []string{serve.Key},
		KnownHosts:    []string{serve.KnownHosts},
		Agent:         "none",
	})
	return err
}

func (c *client) Call(count int) error {
	for n := 0; n < count; n++ {
		if _, err := c.session.Daemon().Status(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) Exec(count int, command string) error {
	for n := 0; n < count; n++ {
		if _, err := c.session.Run(ctx, command); err != nil {
			return err
		}
	}
	return nil
}

func (c *client) Get(remote, local string) error {
	_, err := c.session.Get(ctx, remote, local)
	return err
}

func (c *client) Put(local, remote string) error {
	return c.session.Put(ctx, local, remote)
}

func (c *client) Read(remote string) error {
	_, err := c.session.ReadFile(ctx, remote)
	return err
}

func (c *client) Write(data []byte, remote string) error {
	return c.session.WriteFile(ctx, remote, data, 0o644)
}

func main() {
	c := &client{}
	serve.Serve(c)
	if c.session != nil {
		c.session.Close()
	}
}
