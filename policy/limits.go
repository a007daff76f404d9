package policy

import (
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"eslguard/command"
	"golang.org/x/time/rate"
)

// maxRate is the most that a limit may say, both as its rate and as its burst.
const maxRate = 1_000_000

// A limit is how often effects of a kind, or of a kind and name, may happen.
type limit struct {
	// key is the limit as the policy names it: KIND or KIND NAME.
	key   string
	kind  command.EffectKind
	name  string // folded where the kind folds names; "" for all
	rate  rate.Limit
	burst int
}

// count returns how many of the effects fall under l.
func (l *limit) count(effects []command.Effect) (n int) {
	for i := range effects {
		e := &effects[i]
		if e.Kind != l.kind {
			continue
		}
		if l.name == "" || e.Name == l.name || foldsName(l.kind) && equalFold(e.Name, l.name) {
			n++
		}
	}
	return n
}

// compileLimit compiles one entry of "limits".
func (b *builder) compileLimit(d limitDef) (limit, bool) {
	l, err := b.limitKey(d.key.text)
	if err != nil {
		b.rep.errorf(d.key.pos, err.hint, "%s: %s", quote(d.key.text), err.text)
		return l, false
	}
	if isIdle(l.kind) {
		b.rep.warnf(d.key.pos, "", "nothing yields effects of the kind %s yet", l.kind)
	}
	var ok bool
	if l.rate, l.burst, ok = parseRate(d.rate.text); !ok {
		b.rep.errorf(d.rate.pos, "such as 5/s, 100/m or 40/s burst 80", "%s is not a limit", quote(d.rate.text))
	}
	return l, ok
}

// limitKey reads KIND or KIND NAME, the name spelled in full.
func (b *builder) limitKey(key string) (limit, *ruleError) {
	rc := &ruleCompiler{lex: b.lex}
	text := key
	if !strings.Contains(key, " ") {
		text += " **"
	}
	r, err := rc.compile(text, "", true)
	if err != nil {
		return limit{}, err
	}
	l := limit{key: key, kind: r.kind}
	if r.anyName && text != key {
		return l, nil
	}
	if len(r.args) > 0 || r.rest || r.repeating || len(r.name.globs) != 1 || r.name.globs[0].wild {
		return limit{}, badRule("KIND or KIND NAME", "a limit is on a kind, or on one name of it")
	}
	l.name, _ = r.name.globs[0].literal()
	if foldsName(l.kind) {
		l.name = foldASCII(l.name)
	}
	return l, nil
}

// parseRate reads N/s, N/m or N/h, and how many may come at once: as many, or "burst B".
func parseRate(s string) (rate.Limit, int, bool) {
	s, burstText, hasBurst := strings.Cut(s, " burst ")
	number, unit, _ := strings.Cut(s, "/")
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}
	per, known := units[unit]
	n, ok := parseCount(number)
	if !known || !ok {
		return 0, 0, false
	}
	burst := n
	if hasBurst {
		if burst, ok = parseCount(burstText); !ok {
			return 0, 0, false
		}
	}
	return rate.Limit(float64(n) / per.Seconds()), burst, true
}

func parseCount(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= maxRate && strconv.Itoa(n) == s
}

// smallest merges the limits of several roles: of those with one key the smallest holds, in rate
// and in burst.
func smallest(roles []*role) []limit {
	var out []limit
	at := make(map[string]int)
	for _, r := range roles {
		for _, l := range r.limits {
			id := l.kind.String() + " " + l.name
			i, ok := at[id]
			if !ok {
				at[id] = len(out)
				out = append(out, l)
				continue
			}
			out[i].rate = rate.Limit(math.Min(float64(out[i].rate), float64(l.rate)))
			out[i].burst = min(out[i].burst, l.burst)
		}
	}
	return out
}

// buckets hold the tokens of every client and limit. They outlive the policies of a Store, so
// that a reload gives nobody fresh ones.
type buckets struct {
	mu      sync.Mutex
	clients map[string]map[string]*rate.Limiter
}

// Take takes one token of each limit for each effect that falls under it, all of them or none. It
// returns false and the limit, as the policy names it, where one has too few. All sessions of a client share its
// limits.
func (c *Client) Take(effects []command.Effect, now time.Time) (limit string, ok bool) {
	if c == nil {
		return "", false
	}
	if len(c.limits) == 0 {
		return "", true
	}
	return c.shared.buckets.take(c, effects, now)
}

func (b *buckets) take(c *Client, effects []command.Effect, now time.Time) (string, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range c.limits {
		l := &c.limits[i]
		if n := l.count(effects); n > 0 && b.limiter(c.Name, l, now).TokensAt(now) < float64(n) {
			return l.key, false
		}
	}
	for i := range c.limits {
		l := &c.limits[i]
		if n := l.count(effects); n > 0 {
			b.limiter(c.Name, l, now).AllowN(now, n)
		}
	}
	return "", true
}

// limiter returns the client's limiter for l, set to what l says now.
func (b *buckets) limiter(client string, l *limit, now time.Time) *rate.Limiter {
	mine := b.clients[client]
	if mine == nil {
		mine = make(map[string]*rate.Limiter)
		b.clients[client] = mine
	}
	lim := mine[l.key]
	if lim == nil {
		lim = rate.NewLimiter(l.rate, l.burst)
		mine[l.key] = lim
	}
	if lim.Limit() != l.rate {
		lim.SetLimitAt(now, l.rate)
	}
	if lim.Burst() != l.burst {
		lim.SetBurstAt(now, l.burst)
	}
	return lim
}

// retain forgets the clients and limits that p no longer has.
func (b *buckets) retain(p *Policy) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, mine := range b.clients {
		c := p.clients[name]
		if c == nil {
			delete(b.clients, name)
			continue
		}
		keep := make(map[string]bool, len(c.limits))
		for i := range c.limits {
			keep[c.limits[i].key] = true
		}
		for key := range mine {
			if !keep[key] {
				delete(mine, key)
			}
		}
	}
}
