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
// A context that is cancelled, or whose deadline passes, ends the work on the server, too: the remote
// command is sent TERM, two seconds later KILL, and a second after that its channel is closed; a
// transfer is given up, and what it had written locally is removed. The call returns as soon as the
// daemon has said what became of it, which takes a quarter of a second at most, and after three seconds
// even where the daemon says nothing. A reader of the caller's that blocks is not waited for, a writer or a
// callback that does for another quarter of a second. The error is the context's by errors.Is, and an
// *Error by errors.As, which has what the command had written by then.
//
// # Errors
//
// Every error of a call is an *Error; of a command that ran, but not to status 0, an *ExitError; and an
// error of the caller's own reader or writer is returned as it is. The two types come by errors.As, and
// kinds by errors.Is:
//
//	var exit *sshrpc.ExitError
//	switch {
//	case errors.As(err, &exit):
//		log.Printf("status %d: %s", exit.ExitCode(), exit.Result.Stderr)
//	case errors.Is(err, sshrpc.ErrHostKeyRejected):
//		…
//	}
package sshrpc
