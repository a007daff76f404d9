package policy

import (
	"fmt"
	"time"

	"eslguard/policy/internal/document"
)

// keep writes p as the last good policy. Trouble is told, and no more: the policy is in force.
func (s *Store) keep(p *Policy) {
	if s.opt.LastGood == "" {
		return
	}
	if err := document.WriteBundle(s.opt.LastGood, p.sources, s.runtime.now()); err != nil {
		s.report(fmt.Errorf("policy: the last good one could not be kept: %w", err))
	}
}

// readLastGood compiles and tests the policy that was kept, and says when that was.
func (s *Store) readLastGood() (*Policy, string, error) {
	src, saved, err := document.ReadBundle(s.opt.LastGood)
	if err != nil {
		return nil, "", fmt.Errorf("policy: there is no last good one: %w", err)
	}
	// Relative paths in it start from where the policy itself stands.
	src.Folder = document.Folder(s.opt.Path)
	p, err := s.activate(src)
	if err != nil {
		return nil, "", fmt.Errorf("policy: the last good one is not good any more: %w", err)
	}
	return p, saved.Format(time.RFC3339), nil
}
