package policy

import (
	"fmt"
	"time"

	"eslguard/effect"
	"eslguard/policy/internal/limit"
)

// Taken is what a command has taken of its client's limits. A nil Taken has nothing to give back. A
// Taken is safe for concurrent use.
type Taken = limit.Taken

// fewDemands is how many demands on limits TakeAll can collect without allocating.
const fewDemands = 16

// TakeAll takes one from a limit for each effect that falls under it, from all limits or from none.
// If a limit has too little left, it returns false and that limit, such as "dial 2000/day", with an
// explanation if the command could never pass. All sessions of a client share its limits. Effects
// are matched with limits once, before any lock is taken, so that a command that is slow to match
// delays no other client.
//
// The Taken counts against limits of the form "N at once" until it is released, which the caller
// does after the answer to the command, or after the end of a bgapi job. It is nil, and nothing is
// allocated, if there is nothing to give back. For a nil client TakeAll returns false.
func (c *Client) TakeAll(effects []effect.Effect, now time.Time) (taken *Taken, over string, ok bool) {
	if c == nil {
		return nil, "", false
	}
	var few [fewDemands]limit.Demand
	demands := limit.Demands(few[:0], c.rights.Limits, effects)
	if len(demands) == 0 {
		return nil, "", true
	}
	return c.shared.buckets.Of(c.Name).Take(demands, now)
}

// RestoreUse restores the clients' use of their limits from the file at path, which SaveUse wrote,
// and returns when it was saved. It returns the zero time if there is no such file. It must be
// called before the Store decides anything. If it returns an error, nothing is restored and every
// limit starts unused; a broken file is renamed by appending .broken to its name.
func (s *Store) RestoreUse(path string) (saved time.Time, err error) {
	saved, err = s.shared.buckets.Restore(path)
	if err != nil {
		return time.Time{}, fmt.Errorf("policy: the use of limits cannot be restored: %w", err)
	}
	s.shared.buckets.Retain(s.Current().limits(), s.shared.now())
	return saved, nil
}

// SaveUse atomically replaces the file at path with the clients' use of their limits. It does
// nothing if nothing has been used since it last succeeded. Calls do not overlap.
func (s *Store) SaveUse(path string) error {
	s.saving.Lock()
	defer s.saving.Unlock()
	uses := s.shared.buckets.Uses.Load()
	if s.savedUses != nil && *s.savedUses == uses {
		return nil
	}
	if err := s.shared.buckets.Save(path, s.shared.now()); err != nil {
		return fmt.Errorf("policy: the use of limits could not be saved: %w", err)
	}
	s.savedUses = &uses
	return nil
}
