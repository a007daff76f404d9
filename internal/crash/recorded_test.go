package crash_test

import (
	"context"
	"slices"

	"filippo.io/age"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/internal/switchsim"
)

// verify verifies the whole folder, with everything that is known from elsewhere.
func (r *rig) verify() *trail.Report {
	r.t.Helper()
	points, bad := trail.Checkpoints("the operator's log", r.logged.Bytes(), r.verifier)
	if len(bad) > 0 || len(points) == 0 {
		r.t.Errorf("%d checkpoints were logged, and these are not valid: %v", len(points), bad)
	}
	report, err := trail.Verify(context.Background(), r.folder, trail.Options{
		Identities: []age.Identity{r.identity}, Verifier: r.verifier, Checkpoints: points,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if !report.OK() || report.MACsChecked != report.Records {
		r.t.Errorf("the audit is not whole, with %d of %d MACs checked: %v", report.MACsChecked, report.Records, report.Problems)
	}
	return report
}

// executed returns what the switch executed for clients. All of it must be different.
func (r *rig) executed() []string {
	r.t.Helper()
	var list []string
	for _, e := range r.sw.Executed() {
		if e.Kind == "api" {
			list = append(list, e.Name+" "+e.Args)
		}
	}
	if sorted := slices.Sorted(slices.Values(list)); len(slices.Compact(sorted)) != len(list) {
		r.t.Error("something was executed twice, so its records cannot be distinguished")
	}
	return list
}

// recorded checks that everything that was executed is in the audit, as an effect of a command that
// was allowed.
func (r *rig) recorded(executed []string) {
	r.t.Helper()
	effects := map[string]bool{}
	wanted := trail.Filter{Kind: audit.KindCommand.String(), Decision: audit.Allow.String()}
	_, err := trail.Read(context.Background(), r.folder, wanted, func(rec *trail.Record) error {
		for _, e := range rec.Effects {
			effects[e.Name+" "+e.Args] = e.Kind == "api"
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	missing := slices.DeleteFunc(slices.Clone(executed), func(text string) bool { return effects[text] })
	if len(missing) > 0 {
		r.t.Errorf("%d of %d that were executed are in no record of a command that was allowed, such as %q", len(missing), len(executed), missing[0])
	}
}

// client logs in to a guard.
func (g *guard) client() *switchsim.Conn {
	g.r.t.Helper()
	c, err := switchsim.Login(g.addr, guarded)
	if err != nil {
		g.r.t.Fatal(err)
	}
	g.r.t.Cleanup(func() { c.Close() })
	return c
}
