package policy

import "eslguard/policy/learn"

// A Draft is a drafted role. Its name is now learn.Draft.
type Draft = learn.Draft

// A Learner drafts a role. Its name is now learn.Learner.
type Learner = learn.Learner

// A Suggester writes rules. Its name is now learn.Suggester.
type Suggester = learn.Suggester

// NewLearner returns a Learner. Its name is now learn.New.
var NewLearner = learn.New
