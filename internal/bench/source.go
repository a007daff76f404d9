package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// A source is a stand-in for a FreeSWITCH that does nothing but write events. It accepts every
// password and every command. It writes the recorded events, which are serialized beforehand, to
// each connection that has subscribed to ALL, in the format that it asked for. A FreeSWITCH spends
// more on each listener; that is not measured here.
type source struct {
	rec *recording
	ln  net.Listener
	wg  sync.WaitGroup

	mu        sync.Mutex // guards the following fields
	closed    bool
	conns     map[net.Conn]bool
	listeners map[net.Conn]format
}

func startSource(rec *recording) (*source, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &source{rec: rec, ln: ln, conns: make(map[net.Conn]bool), listeners: make(map[net.Conn]format)}
	s.wg.Go(s.accept)
	return s, nil
}

func (s *source) close() {
	s.closeAll()
	s.wg.Wait()
}

func (s *source) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.ln.Close()
	for conn := range s.conns {
		conn.Close()
	}
}

func (s *source) accept() {
	for {
		conn, err := s.ln.Accept()
		if err != nil {
			return
		}
		if s.track(conn) {
			s.wg.Go(func() { s.serve(conn) })
		}
	}
}

// track adds a connection. It returns false if the source is closed.
func (s *source) track(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		conn.Close()
		return false
	}
	s.conns[conn] = true
	return true
}

func (s *source) untrack(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
	delete(s.listeners, conn)
	conn.Close()
}

// serve answers the commands of a connection until it ends.
func (s *source) serve(conn net.Conn) {
	defer s.untrack(conn)
	if _, err := conn.Write([]byte("Content-Type: auth/request\n\n")); err != nil {
		return
	}
	for r := bufio.NewReader(conn); ; {
		line, err := readCommand(r)
		if err != nil {
			return
		}
		if _, err := conn.Write(s.answer(conn, line)); err != nil {
			return
		}
	}
}

// readCommand returns the first line of a command without a body.
func readCommand(r *bufio.Reader) (line string, err error) {
	for {
		text, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		if text == "\n" {
			return line, nil
		}
		if line == "" {
			line = text[:len(text)-1]
		}
	}
}

// answer returns the answer to a command.
func (s *source) answer(conn net.Conn, line string) []byte {
	verb, args, _ := strings.Cut(line, " ")
	words := strings.Fields(args)
	switch verb {
	case "auth":
		return reply("+OK accepted")
	case "api":
		return []byte("Content-Type: api/response\nContent-Length: 4\n\n+OK\n")
	case "event":
		return s.subscribe(conn, words)
	case "nixevent", "noevents":
		s.unsubscribe(conn, words)
	}
	return reply("+OK")
}

// reply returns the answer to a command other than api.
func reply(text string) []byte {
	return []byte("Content-Type: command/reply\nReply-Text: " + text + "\n\n")
}

// heartbeat is a HEARTBEAT event. eslguard waits for one after its start.
var heartbeat = func() []byte {
	body := "Event-Name: HEARTBEAT\nFreeSWITCH-Version: 1.10.12-bench\n\n"
	return fmt.Appendf(nil, "Content-Length: %d\nContent-Type: text/event-plain\n\n%s", len(body), body)
}()

// subscribe makes conn a listener if words contain ALL.
func (s *source) subscribe(conn net.Conn, words []string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := plain
	for _, word := range words {
		switch word {
		case "json":
			f = asJSON
		case "xml":
			f = asXML
		case "ALL":
			s.listeners[conn] = f
		}
	}
	answer := reply("+OK event listener enabled " + f.String())
	if f == plain && words[len(words)-1] == "HEARTBEAT" {
		answer = append(answer, heartbeat...)
	}
	return answer
}

// unsubscribe makes conn no listener any more if words are empty or contain ALL.
func (s *source) unsubscribe(conn net.Conn, words []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(words) == 0 || words[0] == "ALL" {
		delete(s.listeners, conn)
	}
}

// listening returns the connections that listen now.
func (s *source) listening() map[net.Conn]format {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[net.Conn]format, len(s.listeners))
	for conn, f := range s.listeners {
		all[conn] = f
	}
	return all
}

// awaitTime is how long connections of earlier clients may take to end.
const awaitTime = 10 * time.Second

// await waits until exactly n connections listen.
func (s *source) await(n int) error {
	for begin := time.Now(); len(s.listening()) != n; time.Sleep(time.Millisecond) {
		if time.Since(begin) > awaitTime {
			return fmt.Errorf("%d connections listen at the switch, want %d", len(s.listening()), n)
		}
	}
	return nil
}

// A lap is one pass over the recorded events. Its WaitGroup counts the clients that have not
// received it.
type lap struct{ sync.WaitGroup }

// window is how many laps may be under way to a client. No proxy needs to hold much more for a
// client than its sockets do.
const window = 3

// flood writes the recorded events once for each of laps to every listener, as fast as the clients
// receive them.
func (s *source) flood(laps []lap) {
	var wg sync.WaitGroup
	for conn, f := range s.listening() {
		wg.Go(func() {
			for i := range laps {
				if i >= window {
					laps[i-window].Wait()
				}
				if _, err := conn.Write(s.rec.text[f]); err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
}

// play writes n events to every listener, that many a second. Before each event, prepare is called,
// which returns what is written in a format. It returns the first error of a connection.
func (s *source) play(n, perSecond int, prepare func(i int) [formats][]byte) error {
	listeners := s.listening()
	begin := time.Now()
	for i := range n {
		time.Sleep(time.Until(begin.Add(time.Duration(i) * time.Second / time.Duration(perSecond))))
		frames := prepare(i)
		for conn, f := range listeners {
			if _, err := conn.Write(frames[f]); err != nil {
				return err
			}
		}
	}
	return nil
}

// prepared returns recorded event i, beginning again after the last.
func (rec *recording) prepared(i int) (frames [formats][]byte) {
	for f := range frames {
		frames[f] = rec.frames[f][i%len(rec.frames[f])]
	}
	return frames
}

// stamped returns a function for play that writes the JSON events of rec with the time since start.
func (rec *recording) stamped(start time.Time) func(i int) [formats][]byte {
	type event struct{ frame, digits []byte }
	events := make([]event, len(rec.frames[asJSON]))
	for i, frame := range rec.frames[asJSON] {
		events[i].frame, events[i].digits = stampFrame(frame)
	}
	var buf bytes.Buffer
	return func(i int) (frames [formats][]byte) {
		e := events[i%len(events)]
		buf.Reset()
		fmt.Fprintf(&buf, "%0*d", stampDigits, time.Since(start))
		copy(e.digits, buf.Bytes())
		frames[asJSON] = e.frame
		return frames
	}
}
