package sshrpc

import (
	"encoding/json"
	"errors"
)

// A State is the state of a session: StateOpen, StateLost or StateClosed.
type State string

const (
	// StateOpen: the session is logged in.
	StateOpen State = "open"

	// StateLost: the connection is lost, and is being made anew (Config.Reconnect).
	StateLost State = "lost"

	// StateClosed: the session has ended; Session.Done is closed, and Session.Err says why.
	StateClosed State = "closed"
)

// State gives the session's state, and why it isn't open. For StateLost that is the *Error that Err would have given
// without Config.Reconnect; for StateClosed it is the same as Err; for StateOpen it is nil.
func (s *Session) State() (State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state, s.why
}

// A sessionEvent is a notification about a session: that it is lost, restored, or closed.
type sessionEvent struct {
	state State
	why   *Error
	info  sshNewResult // of the new connection, if it is restored
}

// onSessionEvent handles such a notification. If the Dial of the session hasn't returned yet, it keeps the event.
func (d *Daemon) onSessionEvent(method string, params json.RawMessage) {
	handle, event, err := readSessionEvent(method, params)
	if err != nil {
		return
	}
	d.mu.Lock()
	s := d.sessions[handle]
	if s == nil {
		d.early[handle] = append(d.early[handle], event)
	} else if event.state == StateClosed {
		delete(d.dials, s.token)
	}
	d.mu.Unlock()
	if s != nil {
		s.take(event)
	}
}

func readSessionEvent(method string, params json.RawMessage) (handle int64, event sessionEvent, err error) {
	if method == notifySessionRestored {
		event.state = StateOpen
		err = json.Unmarshal(params, &event.info)
		return event.info.Session, event, err
	}
	event.state = StateClosed
	if method == notifySessionLost {
		event.state = StateLost
	}
	var ended sessionClosedParams
	err = json.Unmarshal(params, &ended)
	event.why = &Error{Kind: ErrConnectionLost, Message: ended.Reason.Message, ExitCode: -1, Data: params}
	switch kind := Kind(ended.Reason.Kind); kind {
	case ErrHostKeyRejected, ErrAuthenticationFailed, ErrHandshakeFailed, ErrConnectFailed:
		event.why.Kind = kind
	}
	return ended.Session, event, err
}

// take applies an event. It is called in the order in which the events came.
func (s *Session) take(event sessionEvent) {
	if event.state == StateClosed {
		s.finish(event.why)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == StateClosed {
		return
	}
	s.state, s.why = event.state, nil
	if event.state == StateLost {
		s.why = event.why
	} else {
		s.info = event.info
	}
	s.tellLocked()
}

// finish ends the session; further calls do nothing.
func (s *Session) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == StateClosed {
		return
	}
	s.state, s.why = StateClosed, err
	close(s.done)
	s.endPrompts()
	// The caller's own Close isn't reported to OnState.
	if errors.Is(err, ErrClosed) {
		s.untold = nil
		return
	}
	s.tellLocked()
}

// tellLocked calls Config.OnState, one call after the other, in a goroutine that exists as long as there is something
// to report. s.mu is held.
func (s *Session) tellLocked() {
	if s.onState == nil {
		return
	}
	s.untold = append(s.untold, toldState{s.state, s.why})
	if !s.isTelling {
		s.isTelling = true
		go s.tell()
	}
}

type toldState struct {
	state State
	why   error
}

func (s *Session) tell() {
	// Deferred, since a callback may end its goroutine (runtime.Goexit).
	defer s.tellNext()
	s.mu.Lock()
	if len(s.untold) == 0 {
		s.mu.Unlock()
		return
	}
	told := s.untold[0]
	s.untold = s.untold[1:]
	s.mu.Unlock()
	s.onState(told.state, told.why)
}

func (s *Session) tellNext() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isTelling = len(s.untold) > 0; s.isTelling {
		go s.tell()
	}
}
