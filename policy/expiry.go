package policy

import "time"

// NextExpiry returns the first time, not before now, at which a password of a client ends. It
// returns false where none does, and for a nil policy.
func (p *Policy) NextExpiry(now time.Time) (next time.Time, ok bool) {
	if p == nil {
		return time.Time{}, false
	}
	for _, c := range p.clients {
		for i := range c.secrets {
			s := &c.secrets[i]
			if s.notAfter.IsZero() || s.expired(now) || ok && !s.notAfter.Before(next) {
				continue
			}
			next, ok = s.notAfter, true
		}
	}
	return next, ok
}
