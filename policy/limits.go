package policy

import (
	"fmt"
	"time"

	"eslguard/effect"
	"eslguard/policy/internal/limit"
)

// Taken is what a command has taken of its client's limits. A nil Taken has nothing to give back.
// It is safe for use by many goroutines.
type Taken = limit.Taken

// fewDemands is how many limits one command may fall under before counting needs memory of its own.
const fewDemands = 16

// TakeAll takes one of each limit for each effect that falls under it, all of them or none. It
// returns false and the limit, such as "dial 2000/day", where one has too few left, with a word
// about it where the command could never pass. All sessions of a client share its limits. What
// falls under which limit is counted once and before any lock is taken, so that a command that is
// slow to match delays nobody else.
//
// The Taken counts against the limits of the sort "N at once" until its Release, which belongs
// right after the answer to the command, or after the end of the job of a bgapi. It is nil, and
// nothing is allocated, where there is nothing to give back. A nil client may take nothing.
func (c *Client) TakeAll(effects []effect.Effect, now time.Time) (taken *Taken, over string, ok bool) {
	if c == nil {
		return nil, "", false
	}
	var few [fewDemands]limit.Demand
	demands := limit.Demands(few[:0], c.rights.Limits, effects)
	if len(demands) == 0 {
		return nil, "", true
	}
	return c.runtime.buckets.Of(c.Name).Take(demands, now)
}

// Take is TakeAll for what is over at once: it does not count as under way.
func (c *Client) Take(effects []effect.Effect, now time.Time) (limit string, ok bool) {
	taken, limit, ok := c.TakeAll(effects, now)
	taken.Release()
	return limit, ok
}

// RestoreUse takes over what clients had used of their limits when SaveUse wrote the file at path,
// and returns when that was: the zero time where there is no such file. It is for a Store that
// decides nothing yet. Its error says why nothing is taken over: every limit begins anew then. A
// file that is broken is kept beside the next one, under its name with .broken behind it.
func (s *Store) RestoreUse(path string) (saved time.Time, err error) {
	saved, err = s.runtime.buckets.Restore(path)
	if err != nil {
		return time.Time{}, fmt.Errorf("policy: the use of limits cannot be taken over: %w", err)
	}
	s.runtime.buckets.Retain(s.Current().limits(), s.runtime.now())
	return saved, nil
}

// SaveUse writes what clients have used of their limits to the file at path, in whole or not at
// all, unless nothing has been used since it did so last. Calls do not overlap.
func (s *Store) SaveUse(path string) error {
	s.saving.Lock()
	defer s.saving.Unlock()
	uses := s.runtime.buckets.Uses.Load()
	if s.savedUses != nil && *s.savedUses == uses {
		return nil
	}
	if err := s.runtime.buckets.Save(path, s.runtime.now()); err != nil {
		return fmt.Errorf("policy: the use of limits could not be kept: %w", err)
	}
	s.savedUses = &uses
	return nil
}
