// Package sshrpc runs commands on, and moves files to and from, SSH servers: it starts the sshrpc
// daemon, which does the SSH, and speaks JSON-RPC with it. It needs the standard library only.
//
//	session, err := sshrpc.Dial(ctx, "alice@example.org", &sshrpc.Config{Password: password})
//	if err != nil {
//		return err
//	}
//	defer session.Close()
//	result, err := session.Run(ctx, "uname -a")
//
// The daemon is found in PATH, or by the environment variable SSHRPC_DAEMON; see DaemonConfig. Sessions
// with the same Config.Daemon share one, which ends with the last of them, and with the program.
//
// # Contexts
//
// A context that is cancelled, or whose deadline passes, ends the work on the server, too. A remote command is sent
// TERM, two seconds later KILL, and a second after that its channel is closed. A transfer is given up, and the
// temporary file that it had written locally is removed. The call returns as soon as the daemon has replied, which
// takes a quarter of a second at most; if the daemon doesn't reply, it returns after three seconds. It doesn't wait
// for a reader of the caller's that blocks, and only another quarter of a second for a writer or a callback that
// does. The error is the context's by errors.Is, and an *Error by errors.As; that one has the output that the
// command had written.
//
// # Errors
//
// A call that fails returns an *Error. A command that ran and ended with another status than 0 is an *ExitError. An
// error of the caller's own reader or writer is returned as it is. Use errors.As for the two types, and errors.Is
// for the kinds of errors:
//
//	var exit *sshrpc.ExitError
//	switch {
//	case errors.As(err, &exit):
//		log.Printf("status %d: %s", exit.ExitCode(), exit.Result.Stderr)
//	case errors.Is(err, sshrpc.ErrHostKeyRejected):
//		…
//	}
package sshrpc
