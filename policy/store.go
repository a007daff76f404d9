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

// Options configure a Store. All fields except Path may be zero.
type Options struct {
	// Path is the policy file or folder.
	Path string
	// LastGood is the file in which the last good policy is saved. Open uses it if the policy is
	// broken. If it is empty, none is saved.
	LastGood string
	// OnChange is called after new has replaced old as the policy in force. Calls do not overlap.
	// It may be nil.
	OnChange func(old, new *Policy)
	// OnRestore is called when files that were broken or missing contain the policy in force again.
	// It may be nil.
	OnRestore func(inForce *Policy)
	// OnError is called with errors that keep a changed policy from coming into force, and with
	// errors in watching the files or in saving the last good policy. It may be nil.
	OnError func(error)
}

// A Change is the result of a reload.
type Change struct {
	// Old was in force before the reload, and New is in force after it. They are the same if
	// nothing has changed. Neither is nil.
	Old, New *Policy
}

// Changed reports whether another policy is in force.
func (c Change) Changed() bool { return c.Old != c.New }

// A Store has the policy in force and replaces it when its files change. It is safe for concurrent
// use.
type Store struct {
	opt     Options
	shared  *sharedState
	current atomic.Pointer[Policy]
	stale   atomic.Pointer[error]

	// saving is held while the use of limits is saved, and guards savedUses: the count of uses when
	// they were last saved, or nil if they have not been saved.
	saving    sync.Mutex
	savedUses *uint64

	// loading is held during a reload.
	loading sync.Mutex
	// failed is the revision, or the error, of the files that were last found broken, so that the
	// same error is not reported again and again. It is guarded by loading.
	failed string
}

// Open loads the policy, runs its tests and returns a Store with this policy in force. If that
// fails, it uses the last good policy, if there is one, and Stale then says why. Otherwise it
// returns an error, usually a Problems. The Store follows its files while Run runs.
func Open(opt Options) (*Store, error) {
	s := &Store{opt: opt, shared: newSharedState()}
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
	stale := fmt.Errorf("policy: the last good policy, of %s, is in force: %w", saved, err)
	s.stale.Store(&stale)
	s.current.Store(p)
	return s, nil
}

// Current returns the policy in force. It is never nil.
func (s *Store) Current() *Policy { return s.current.Load() }

// Stale returns the error that made Open use the last good policy instead of the files. It returns
// nil if the policy in force has been read from the files.
func (s *Store) Stale() error {
	if err := s.stale.Load(); err != nil {
		return *err
	}
	return nil
}

// Reload reads the policy now. If there is an error, the policy in force stays, and OnError is
// called as well. If ctx is done before the new policy is in force, the old one stays, and Reload
// returns ctx's error.
func (s *Store) Reload(ctx context.Context) (Change, error) {
	return s.reload(ctx, nil)
}

// Run follows the policy's files until ctx is done, and returns ctx's error. It must not be called
// while another Run is running.
func (s *Store) Run(ctx context.Context) error {
	return watch.Run(ctx, s.opt.Path, func(halfWritten func() bool) {
		s.reload(ctx, halfWritten) // reports its errors itself
	}, s.report)
}

// reload reads the policy. It calls halfWritten if the files are broken. If that returns true, they
// will soon be read again, and the error is not reported yet. Otherwise it is reported unless it
// was reported before. A nil halfWritten means that an operator asked for the reload: the error is
// always reported.
func (s *Store) reload(ctx context.Context, halfWritten func() bool) (Change, error) {
	s.loading.Lock()
	defer s.loading.Unlock()
	old := s.Current()
	same := Change{Old: old, New: old}
	src, err := document.ReadSources(s.opt.Path)
	if err != nil {
		return same, s.broken(err.Error(), err, halfWritten)
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
		return same, s.broken(revision, err, halfWritten)
	}
	if err := ctx.Err(); err != nil {
		return same, err
	}
	s.failed = ""
	s.stale.Store(nil)
	s.current.Store(p)
	s.shared.retain(p)
	if s.opt.OnChange != nil {
		s.opt.OnChange(old, p)
	}
	s.saveLastGood(p) // after OnChange, so that a slow disk does not delay it
	return Change{Old: old, New: p}, nil
}

// broken reports err as reload says, and returns it. revision is that of the files, or the error if
// they cannot be read.
func (s *Store) broken(revision string, err error, halfWritten func() bool) error {
	if halfWritten != nil && halfWritten() {
		return err
	}
	if halfWritten == nil || revision != s.failed {
		s.report(err)
	}
	s.failed = revision
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

// activate compiles src and returns the policy if its tests pass.
func (s *Store) activate(src document.Sources) (*Policy, error) {
	p, err := compile(src, s.shared)
	if err != nil {
		return nil, err
	}
	if err := p.failedTests(); err != nil {
		return nil, err
	}
	return p, nil
}

// saveLastGood saves p as the last good policy. It only reports an error, because p is in force.
func (s *Store) saveLastGood(p *Policy) {
	if s.opt.LastGood == "" {
		return
	}
	if err := document.WriteBundle(s.opt.LastGood, p.sources, s.shared.now()); err != nil {
		s.report(fmt.Errorf("policy: the last good policy could not be saved: %w", err))
	}
}

// readLastGood compiles and tests the last good policy, and returns when it was saved (RFC 3339).
func (s *Store) readLastGood() (*Policy, string, error) {
	src, saved, err := document.ReadBundle(s.opt.LastGood)
	if err != nil {
		return nil, "", fmt.Errorf("policy: the last good policy cannot be read: %w", err)
	}
	// Relative paths in it start from the folder of the policy.
	src.Folder = document.Folder(s.opt.Path)
	p, err := s.activate(src)
	if err != nil {
		return nil, "", fmt.Errorf("policy: the last good policy is not good any more: %w", err)
	}
	return p, saved.Format(time.RFC3339), nil
}
