package proxy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rs/zerolog"
	"golang.org/x/time/rate"
)

// An entryKind is what a line of the operator's log is about that a client can cause at will. The
// zero entryKind is a denied command.
type entryKind uint8

const (
	entryDenied     entryKind = iota // a command is denied or refused
	entryLogin                       // a client has logged in
	entryNoLogin                     // a login is refused, or never came
	entryEnd                         // the session of a client has ended
	entryTurnedAway                  // a connection comes from an address that no client has
	entryKinds                       // how many there are
)

// entryForms says how each kind is written: its word in the field event, its level, and the field
// of what its rate is bounded for.
var entryForms = [entryKinds]struct {
	event string
	level zerolog.Level
	key   string
}{
	entryDenied:     {"denied", zerolog.WarnLevel, "client"},
	entryLogin:      {"login", zerolog.InfoLevel, "client"},
	entryNoLogin:    {"login-failed", zerolog.WarnLevel, "network"},
	entryEnd:        {"session-end", zerolog.InfoLevel, "client"},
	entryTurnedAway: {"turned-away", zerolog.InfoLevel, "network"},
}

// The bounds of these lines, of each kind by itself, so that none hides another: for one client, or
// for one address of those that have not logged in, and for all together. A line has at most
// maxEntryText bytes of each text that a client sent.
const (
	entryEvery    = 5 * time.Second // one line in so long, and
	entryBurst    = 20              // so many at once
	entryAllEvery = time.Second / 5
	entryAllBurst = 100
	maxEntryText  = 256
	// sweepEntries is how long the number of lines that were left out waits at most.
	sweepEntries = 10 * time.Second
	// maxEntryKeys is for how many clients or addresses of a kind rates are kept. Further ones
	// share one.
	maxEntryKeys = 4_096
)

// A journal writes the lines of the operator's log that clients cause. It bounds their rate, counts
// what it leaves out, and tells that number with the next line of the kind for the client, or by
// itself a while later. It is safe for use by several goroutines. It must be given log before it is
// used.
type journal struct {
	log zerolog.Logger
	// now is the clock. Nil: time.Now.
	now func() time.Time
	// contain recovers from a fault in the goroutine of sweep. Nil: a fault ends the program.
	contain func()

	mu    sync.Mutex
	kinds [entryKinds]entryBounds
	timer *time.Timer // nil while nothing has been left out
	// closed: nothing is counted any more.
	closed bool
}

// entryBounds are those of one kind.
type entryBounds struct {
	all  *rate.Limiter // nil before the first line
	each map[string]*entryBound
}

// An entryBound is that of one client or address.
type entryBound struct {
	limiter *rate.Limiter
	leftOut uint64
}

// line begins a line of that kind about a client or an address. It returns nil, which takes all
// that is added and writes nothing, where the line is left out.
func (j *journal) line(kind entryKind, key string) *zerolog.Event {
	form := entryForms[kind]
	if j.log.GetLevel() > form.level {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.clock()
	all, b := j.bounds(kind, key, now)
	if !b.limiter.AllowN(now, 1) || !all.AllowN(now, 1) {
		b.leftOut++
		if j.timer == nil && !j.closed {
			j.timer = time.AfterFunc(sweepEntries, contained(j.contain, j.sweep))
		}
		return nil
	}
	e := j.log.WithLevel(form.level).Str("event", form.event)
	if b.leftOut > 0 {
		e.Uint64("left_out", b.leftOut)
		b.leftOut = 0
	}
	return e
}

func (j *journal) clock() time.Time {
	if j.now != nil {
		return j.now()
	}
	return time.Now()
}

// bounds returns the bounds of a kind for all, and for one client or address. The caller holds mu.
func (j *journal) bounds(kind entryKind, key string, now time.Time) (*rate.Limiter, *entryBound) {
	k := &j.kinds[kind]
	if k.all == nil {
		k.all = rate.NewLimiter(rate.Every(entryAllEvery), entryAllBurst)
		k.each = make(map[string]*entryBound)
	}
	if b := k.each[key]; b != nil {
		return k.all, b
	}
	if len(k.each) >= maxEntryKeys {
		for name, b := range k.each {
			if b.leftOut == 0 && b.limiter.TokensAt(now) >= entryBurst {
				delete(k.each, name)
			}
		}
	}
	if len(k.each) >= maxEntryKeys {
		key = ""
	}
	b := k.each[key]
	if b == nil {
		b = &entryBound{limiter: rate.NewLimiter(rate.Every(entryEvery), entryBurst)}
		k.each[key] = b
	}
	return k.all, b
}

// sweep tells the numbers of what was left out and not told since, those first who left out most,
// as far as the bounds for all go. The rest waits for the next time.
func (j *journal) sweep() {
	for _, e := range j.swept() {
		e.Msg("lines of this kind were left out")
	}
}

// swept returns the lines that sweep writes.
func (j *journal) swept() (lines []*zerolog.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	now, left := j.clock(), false
	for kind := range j.kinds {
		k := &j.kinds[kind]
		for _, key := range k.quieted() {
			if j.closed || !k.all.AllowN(now, 1) {
				left = !j.closed
				break
			}
			form := entryForms[kind]
			e := j.log.WithLevel(form.level).Str("event", form.event).Uint64("left_out", k.each[key].leftOut)
			if key != "" {
				e.Str(form.key, key)
			}
			lines = append(lines, e)
			k.each[key].leftOut = 0
		}
	}
	j.timer = nil
	if left {
		j.timer = time.AfterFunc(sweepEntries, contained(j.contain, j.sweep))
	}
	return lines
}

// quieted returns of whom lines were left out, those of whom it were most first.
func (k *entryBounds) quieted() (keys []string) {
	for key, b := range k.each {
		if b.leftOut > 0 {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(k.each[b].leftOut, k.each[a].leftOut), cmp.Compare(a, b))
	})
	return keys
}

// close tells, for each kind in one line, how many lines were left out and not told.
func (j *journal) close() {
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
		for _, key := range k.quieted() {
			total += k.each[key].leftOut
		}
		if total > 0 {
			form := entryForms[kind]
			j.log.WithLevel(form.level).Str("event", form.event).Uint64("left_out", total).Msg("lines of this kind were left out")
		}
	}
}

// shown returns a text that may be a client's for the operator's log: without secrets, those that
// the policy marks among them, quoted unless every character of it prints, and cut to maxEntryText
// bytes.
func (s *Server) shown(text string) string {
	const redacted = 4 << 10 // bytes that are looked at for secrets, as in a record
	text = s.redact(cutText(text, redacted))
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }) {
		text = strconv.Quote(text)
	}
	return cutText(text, maxEntryText)
}

// cutText cuts a text to a number of bytes, and says so.
func cutText(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
