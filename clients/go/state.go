package sshrpc

import (
	"encoding/json"
	"errors"
)

// A State is what a session is in: StateOpen, StateLost or StateClosed.
type State string

const (
	// StateOpen is a session that is logged in.
	StateOpen State = "open"

	// StateLost is one whose connection is lost, while it is connected to again (Config.Reconnect).
	StateLost State = "lost"

	// StateClosed is one that has ended: Session.Done is closed, and Session.Err says why.
	StateClosed State = "closed"
)

// State says what the session is in, and why it isn't open: of StateLost, an *Error of the kind that Err would
// have had without Config.Reconnect; of StateClosed, what Err gives.
func (s *Session) State() (State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state, s.why
}

// A sessionEvent is what the daemon tells of a session: that it is lost, restored, or closed.
type sessionEvent struct {
	state State
	why   *Error
	info  sshNewResult // of one that is restored
}

// onSessionEvent takes one of the notifications, and keeps those of a session whose Dial hasn't returned yet.
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

// take is called in the events' order.
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

// finish ends the session, once.
func (s *Session) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == StateClosed {
		return
	}
	s.state, s.why = StateClosed, err
	close(s.done)
	s.endPrompts()
	// What the caller ends himself he needn't be told.
	if errors.Is(err, ErrClosed) {
		s.untold = nil
		return
	}
	s.tellLocked()
}

// tellLocked has Config.OnState called: one call after the other, in a goroutine that is there while there is
// something to tell.
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
	// Deferred, for a callback may end its goroutine.
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
