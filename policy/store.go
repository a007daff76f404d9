package policy

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/policy/internal/document"
	"eslguard/policy/internal/watch"
)

// Options say what a Store follows. All but Path may be left zero.
type Options struct {
	// Path is the policy file or folder.
	Path string
	// LastGood is the file in which the last policy that was good is kept, for a start with a
	// broken one. Empty: none is kept.
	LastGood string
	// OnChange is called after new has come into force in place of old. Calls do not overlap. Nil:
	// nobody is told.
	OnChange func(old, new *Policy)
	// OnRestore is called when files that were broken, or gone, hold the policy in force again.
	// Nil: nobody is told.
	OnRestore func(inForce *Policy)
	// OnError is called with what keeps a changed policy from coming into force, and with trouble
	// in watching it or in keeping the last good one. Nil: nobody is told.
	OnError func(error)
}

// A Change is what a reload did.
type Change struct {
	// Old was in force before, New is now. They are the same when nothing has changed.
	Old, New *Policy
}

// Changed reports whether another policy is in force.
func (c Change) Changed() bool { return c.Old != c.New }

// A Store holds the policy in force and replaces it when its files change. Its methods may be
// called by many goroutines.
type Store struct {
	opt     Options
	runtime *sharedState
	current atomic.Pointer[Policy]
	stale   atomic.Pointer[error]
	kick    chan struct{}

	// saving makes savings of the use of limits follow one another, and guards savedUses: how much
	// had been used when it was saved last. Nil: it has not been.
	saving    sync.Mutex
	savedUses *uint64

	// loading makes reloads follow one another.
	loading sync.Mutex
	// failed is the revision of the files that were broken last, so that watching them does not say
	// the same again and again. Guarded by loading.
	failed string
}

// Open loads the policy, runs its tests and returns a Store with it in force. If that fails and
// there is a last good one, that is taken instead, and Stale says why. Its error says why there is
// no policy: mostly a Problems. The Store follows its files while Run runs.
func Open(opt Options) (*Store, error) {
	s := &Store{opt: opt, runtime: newSharedState(), kick: make(chan struct{}, 1)}
	p, err := s.read()
	if err == nil {
		s.current.Store(p)
		s.saveLastGood(p)
		return s, nil
	}
	if opt.LastGood == "" {
		return nil, err
	}
	p, saved, lastErr := s.readLastGood()
	if lastErr != nil {
		return nil, errors.Join(err, lastErr)
	}
	stale := fmt.Errorf("policy: the last good one, of %s, is in force: %w", saved, err)
	s.stale.Store(&stale)
	s.current.Store(p)
	return s, nil
}

// Current returns the policy in force. It is never nil.
func (s *Store) Current() *Policy { return s.current.Load() }

// Stale returns why the policy in force is not that of the files but the last good one, and nil
// when it is that of the files, or was when they were last good.
func (s *Store) Stale() error {
	if err := s.stale.Load(); err != nil {
		return *err
	}
	return nil
}

// Kick makes Run read the policy again, as on SIGHUP. It does not wait for it.
func (s *Store) Kick() {
	select {
	case s.kick <- struct{}{}:
	default: // one is under way already
	}
}

// Reload reads the policy now. With an error, which OnError is told too, the policy in force stays.
// The context's end keeps a policy that is not yet in force from coming into force.
func (s *Store) Reload(ctx context.Context) (Change, error) {
	return s.reload(ctx, true, nil)
}

// Run follows the policy's files until ctx is done, and returns its error. It must run once at a
// time.
func (s *Store) Run(ctx context.Context) error {
	return watch.Run(ctx, s.opt.Path, s.kick, func(asked bool, broken func() bool) {
		s.reload(ctx, asked, broken) // reports its error itself
	}, s.report)
}

// reload reads the policy. Unless again is true, files that were found broken before and are the
// same still are no news. halfWritten is asked whether files that are broken will be read once more
// in a moment, so that nobody needs to hear of them yet; nil: they will not.
func (s *Store) reload(ctx context.Context, again bool, halfWritten func() bool) (Change, error) {
	s.loading.Lock()
	defer s.loading.Unlock()
	old := s.Current()
	same := Change{Old: old, New: old}
	src, err := document.ReadSources(s.opt.Path)
	if err != nil {
		return same, s.broken(err.Error(), err, again, halfWritten)
	}
	revision := src.Revision()
	if revision == old.revision && s.Stale() == nil {
		if s.failed != "" && s.opt.OnRestore != nil {
			s.opt.OnRestore(old)
		}
		s.failed = ""
		return same, nil
	}
	p, err := s.activate(src)
	if err != nil {
		return same, s.broken(revision, err, again, halfWritten)
	}
	if err := ctx.Err(); err != nil {
		return same, err
	}
	s.failed = ""
	s.stale.Store(nil)
	s.current.Store(p)
	s.runtime.retain(p)
	if s.opt.OnChange != nil {
		s.opt.OnChange(old, p)
	}
	s.saveLastGood(p) // after the sessions have heard of it: a slow disk is no reason to wait
	return Change{Old: old, New: p}, nil
}

// broken reports err, once for the same broken files, and not while they are half-written.
func (s *Store) broken(what string, err error, again bool, halfWritten func() bool) error {
	if halfWritten != nil && halfWritten() {
		return err
	}
	if again || what != s.failed {
		s.report(err)
	}
	s.failed = what
	return err
}

func (s *Store) report(err error) {
	if s.opt.OnError != nil {
		s.opt.OnError(err)
	}
}

// read reads, compiles and tests the policy.
func (s *Store) read() (*Policy, error) {
	src, err := document.ReadSources(s.opt.Path)
	if err != nil {
		return nil, err
	}
	return s.activate(src)
}

// activate makes a policy of src, if its own tests pass.
func (s *Store) activate(src document.Sources) (*Policy, error) {
	p, err := compile(src, s.runtime)
	if err != nil {
		return nil, err
	}
	if err := p.failedTests(); err != nil {
		return nil, err
	}
	return p, nil
}

// saveLastGood writes p as the last good policy. Trouble is told, and no more: the policy is in
// force.
func (s *Store) saveLastGood(p *Policy) {
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
