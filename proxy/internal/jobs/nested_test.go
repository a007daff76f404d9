package jobs

import (
	"testing"
	"testing/synctest"
	"time"

	"eslguard/effect"
)

// TestLostNestedJobs: a job whose end is not heard counts for a while.
func TestLostNestedJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := alone()
		marks := NestedMarks([]effect.Effect{
			{Kind: effect.KindAPI, Name: "bgapi", Args: "echo x"}, {Kind: effect.KindAPI, Name: "bgapi"},
			{Kind: effect.KindAPI, Name: "echo", Args: "x"}, {Kind: effect.KindAPI, Name: "bgapi", Args: "UUID:a echo x"},
		})
		if len(marks) != 2 || marks[0] != marks[1] {
			t.Fatalf("%d marks, want two equal ones", len(marks))
		}
		if err := j.StartNested("c", marks, 2); err != nil {
			t.Fatal(err)
		}
		if err := j.StartNested("c", marks[:1], 2); err == nil {
			t.Error("a third job is started")
		}
		if err := j.StartNested("other", marks[:1], 1); err != nil {
			t.Errorf("another client's job: %v", err)
		}
		time.Sleep(LostAfter + time.Second)
		if err := j.StartNested("c", marks, 2); err != nil || j.Count() != 2 {
			t.Errorf("after a while: %v, %d jobs", err, j.Count())
		}
		j.UndoNested("c", marks)
		if n := j.Count(); n != 0 || len(j.nested) != 0 {
			t.Errorf("%d jobs and %d commands are left", n, len(j.nested))
		}
	})
}
