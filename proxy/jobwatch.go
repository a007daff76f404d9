package proxy

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"eslguard/codec"
)

// watch stays connected to the upstream until ctx ends.
func (j *jobs) watch(ctx context.Context) {
	wait := watchRetry
	for ctx.Err() == nil {
		started := time.Now()
		if err := j.follow(ctx); err != nil && ctx.Err() == nil {
			j.log(err)
		}
		if time.Since(started) > maxWatchRetry {
			wait = watchRetry
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, maxWatchRetry)
	}
}

// follow connects, subscribes and reads until the connection ends.
func (j *jobs) follow(ctx context.Context) error {
	l, err := j.dial(ctx, j.up.Load())
	if err != nil {
		return err
	}
	defer l.w.Close()
	stop := context.AfterFunc(ctx, l.w.interrupt)
	defer stop()
	if err := l.send(codec.Frame{Line: []byte("event plain BACKGROUND_JOB")}); err != nil {
		return err
	}
	defer j.setBroken()
	for {
		f, err := l.reader.Next()
		if err != nil {
			return err
		}
		switch f.Kind {
		case codec.KindCommandReply:
			j.setReady()
		case codec.KindEvent:
			event, err := readBody(l.reader, f, maxJobEvent)
			if err != nil {
				return err
			}
			j.ended(event)
		}
	}
}

// readBody returns a copy of the first n bytes of a body, or all of a shorter one.
func readBody(r *codec.UpstreamReader, f *codec.UpstreamFrame, n int) ([]byte, error) {
	body := append([]byte(nil), f.Body[:min(n, len(f.Body))]...)
	for f.Rest > 0 && len(body) < n {
		piece, err := r.More()
		if err != nil {
			return nil, err
		}
		if piece == nil {
			break
		}
		body = append(body, piece[:min(n-len(body), len(piece))]...)
	}
	return body, nil
}

func (j *jobs) setReady() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.connected() {
		j.broken = time.Now() // until now it was not connected
		close(j.ready)
	}
}

func (j *jobs) setBroken() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.broken = time.Now()
	if j.connected() {
		j.ready = make(chan struct{})
	}
}

// connected reports whether the watch is. The caller holds mu.
func (j *jobs) connected() bool {
	select {
	case <-j.ready:
		return true
	default:
		return false
	}
}

// ended handles a plain BACKGROUND_JOB event, of which the end may be missing.
func (j *jobs) ended(event []byte) {
	head, result, _ := bytes.Cut(event, []byte("\n\n"))
	id := eventHeader(head, "Job-UUID")
	ended, ok := j.end(id)
	if !ok || ended.record == 0 {
		return
	}
	size, err := strconv.ParseInt(eventHeader(head, "Content-Length"), 10, 64)
	if err != nil {
		size = int64(len(result)) // a job without output has no length either
	}
	j.done(ended, id, result, size)
}

// eventHeader returns a header of a plain event, as it stands there, and "" without one.
func eventHeader(head []byte, name string) string {
	_, rest, ok := bytes.Cut(head, []byte("\n"+name+": "))
	if !ok {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(value)
}
