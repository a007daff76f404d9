package tally

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/time/rate"
)

// A LineKind is the topic of a line of the operator's log that a client can cause at will. The zero
// LineKind is a denied command.
type LineKind uint8

// The kinds of lines.
const (
	LineDenied     LineKind = iota // a command is denied or refused
	LineLogin                      // a client has logged in
	LineNoLogin                    // a login is refused, or never came
	LineEnd                        // the session of a client has ended
	LineTurnedAway                 // a connection comes from an address that no client has
	lineKinds                      // how many kinds there are
)

// lineForms says how each kind is written: its value of the field event, its level, and the field
// that its rate is limited by.
var lineForms = [lineKinds]struct {
	event string
	level zerolog.Level
	key   string
}{
	LineDenied:     {"denied", zerolog.WarnLevel, "client"},
	LineLogin:      {"login", zerolog.InfoLevel, "client"},
	LineNoLogin:    {"login-failed", zerolog.WarnLevel, "network"},
	LineEnd:        {"session-end", zerolog.InfoLevel, "client"},
	LineTurnedAway: {"turned-away", zerolog.InfoLevel, "network"},
}

// The limits of lines, of each kind by itself, so that none hides another: for one client, or for
// one address of connections that have not logged in, and for all together.
const (
	lineEvery    = 5 * time.Second // one line in this time
	lineBurst    = 20              // lines at once
	allLineEvery = time.Second / 5
	allLineBurst = 100
	// sweepEvery is how long the number of lines that were left out waits at most.
	sweepEvery = 10 * time.Second
	// maxKeys is how many clients or addresses of a kind have a rate of their own. Further ones
	// share one.
	maxKeys = 4_096
)

// leftOutText is the text of a line that only says how many others were left out.
const leftOutText = "lines of this kind were left out"

// A Journal writes the lines of the operator's log that clients cause. It limits their rate, counts
// the lines that it leaves out, and writes that number with the next line of the kind for the
// client, or by itself a while later. Log and Contain must be set before use. A Journal is safe for
// use by several goroutines.
type Journal struct {
	Log zerolog.Logger
	// Contain is deferred in the goroutine of a timer and recovers from a fault there.
	Contain func()
	// clock replaces time.Now in tests. Nil: time.Now.
	clock func() time.Time

	mu    sync.Mutex
	kinds [lineKinds]kindLimits
	timer *time.Timer // nil while nothing has been left out
	// closed is true once nothing is counted any more.
	closed bool
}

// kindLimits are the limits of one kind.
type kindLimits struct {
	all  *rate.Limiter // nil before the first line
	each map[string]*keyLimit
}

// A keyLimit is the limit of one client or address.
type keyLimit struct {
	limiter *rate.Limiter
	leftOut uint64
}

// Line begins a line of that kind about a client or an address. It returns nil if the line is left
// out; a nil Event accepts fields and writes nothing.
func (j *Journal) Line(kind LineKind, key string) *zerolog.Event {
	form := lineForms[kind]
	if j.Log.GetLevel() > form.level {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.now()
	all, limit := j.limits(kind, key, now)
	if !limit.limiter.AllowN(now, 1) || !all.AllowN(now, 1) {
		limit.leftOut++
		if j.timer == nil && !j.closed {
			j.timer = time.AfterFunc(sweepEvery, j.expire)
		}
		return nil
	}
	e := j.Log.WithLevel(form.level).Str("event", form.event)
	if limit.leftOut > 0 {
		e.Uint64("left_out", limit.leftOut)
		limit.leftOut = 0
	}
	return e
}

func (j *Journal) now() time.Time {
	if j.clock != nil {
		return j.clock()
	}
	return time.Now()
}

// limits returns the limits of a kind for all, and for one client or address. The caller holds mu.
func (j *Journal) limits(kind LineKind, key string, now time.Time) (*rate.Limiter, *keyLimit) {
	k := &j.kinds[kind]
	if k.all == nil {
		k.all = rate.NewLimiter(rate.Every(allLineEvery), allLineBurst)
		k.each = make(map[string]*keyLimit)
	}
	if limit := k.each[key]; limit != nil {
		return k.all, limit
	}
	if len(k.each) >= maxKeys {
		for name, limit := range k.each {
			if limit.leftOut == 0 && limit.limiter.TokensAt(now) >= lineBurst {
				delete(k.each, name)
			}
		}
	}
	if len(k.each) >= maxKeys {
		key = ""
	}
	limit := k.each[key]
	if limit == nil {
		limit = &keyLimit{limiter: rate.NewLimiter(rate.Every(lineEvery), lineBurst)}
		k.each[key] = limit
	}
	return k.all, limit
}

// expire calls sweep in the goroutine of a timer.
func (j *Journal) expire() {
	defer j.Contain()
	j.sweep()
}

// sweep writes how many lines were left out since they were last counted, for those clients first
// that had most left out, as far as the limits for all allow. The rest waits for the next sweep.
func (j *Journal) sweep() {
	for _, e := range j.sweepLines() {
		e.Msg(leftOutText)
	}
}

// sweepLines returns the lines that sweep writes.
func (j *Journal) sweepLines() (lines []*zerolog.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	now, left := j.now(), false
	for kind := range j.kinds {
		k := &j.kinds[kind]
		for _, key := range k.withLinesLeftOut() {
			if j.closed || !k.all.AllowN(now, 1) {
				left = !j.closed
				break
			}
			form := lineForms[kind]
			e := j.Log.WithLevel(form.level).Str("event", form.event).Uint64("left_out", k.each[key].leftOut)
			if key != "" {
				e.Str(form.key, key)
			}
			lines = append(lines, e)
			k.each[key].leftOut = 0
		}
	}
	j.timer = nil
	if left {
		j.timer = time.AfterFunc(sweepEvery, j.expire)
	}
	return lines
}

// withLinesLeftOut returns the keys that had lines left out, those with most of them first.
func (k *kindLimits) withLinesLeftOut() (keys []string) {
	for key, limit := range k.each {
		if limit.leftOut > 0 {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(k.each[b].leftOut, k.each[a].leftOut), cmp.Compare(a, b))
	})
	return keys
}

// Close writes, in one line for each kind, how many lines were left out and not counted yet.
func (j *Journal) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return
	}
	j.closed = true
	if j.timer != nil {
		j.timer.Stop()
	}
	for kind := range j.kinds {
		k := &j.kinds[kind]
		total := uint64(0)
		for _, key := range k.withLinesLeftOut() {
			total += k.each[key].leftOut
		}
		if total > 0 {
			form := lineForms[kind]
			j.Log.WithLevel(form.level).Str("event", form.event).Uint64("left_out", total).Msg(leftOutText)
		}
	}
}
