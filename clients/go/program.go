package sshrpc

import "context"

// programParams are the params of session.exec, session.shell, session.subsystem and session.connect: each of them
// starts what is a Command here, and has other params in place of the command.
type programParams struct {
	sessionExecParams
	Command    wireBytes `json:"command,omitempty"`
	PTY        any       `json:"pty,omitempty"`
	Name       string    `json:"name,omitempty"`
	Host       string    `json:"host,omitempty"`
	Port       int64     `json:"port,omitempty"`
	SocketPath string    `json:"socketPath,omitempty"`
}

// programParams gives the params for the options.
func (s *Session) programParams(ctx context.Context, o runOptions) programParams {
	params := programParams{sessionExecParams: sessionExecParams{
		Session: s.handle, Timeout: timeoutOf(ctx), IdleTimeout: secondsOf(o.idleOutput), Env: o.env,
	}}
	if o.exportEnv {
		params.EnvMode = "export"
	}
	if o.pty != nil {
		params.PTY = o.pty.params()
	}
	params.Sudo, params.SudoPassword = o.sudo, o.sudoPassword
	if o.forwardAgent {
		params.ForwardAgent = &o.forwardAgent
	}
	return params
}

func (s *Session) execParams(ctx context.Context, command string, o runOptions) programParams {
	params := s.programParams(ctx, o)
	params.Command, params.CommandEncoding, _ = encodeBytes([]byte(command), false)
	return params
}

// programRequest puts the input into the params. The daemon must have answered initialize.
func (s *Session) programRequest(method string, params programParams, input []byte) request {
	r := request{method: method}
	if len(input) > 0 {
		params.Stdin, params.StdinEncoding, r.binary = encodeBytes(input, s.daemon.binaryFrames)
	}
	r.params = params
	return r
}

func (p *PTY) params() *sessionExecParamsPTY {
	return &sessionExecParamsPTY{
		Term: unlessEmpty(p.Term), Columns: unlessZero(p.Columns), Rows: unlessZero(p.Rows),
		Width: unlessZero(p.Width), Height: unlessZero(p.Height), Modes: p.Modes,
	}
}

func unlessZero(number int) *int64 {
	if number == 0 {
		return nil
	}
	wide := int64(number)
	return &wide
}
