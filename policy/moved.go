package policy

import "eslguard/policy/learn"

// Names that moved to other packages.

type Draft = learn.Draft         // moved
type Learner = learn.Learner     // moved
type Suggester = learn.Suggester // moved
var NewLearner = learn.New       // moved
