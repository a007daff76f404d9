package admission

import "testing"

// TestUnknownLeaveDescriptors: connections that have not logged in cannot take the descriptors of
// those that do.
func TestUnknownLeaveDescriptors(t *testing.T) {
	const unknown, unknownOf = 1024, 256
	for _, test := range []struct{ descriptors, most, mostOf int }{
		{0, unknown, unknownOf},
		{1 << 20, unknown, unknownOf},
		{1000, 125, 31},
		{80, 10, 4},
		{8, 1, 4},
		{2, 1, 4},
	} {
		o := Options{MaxDescriptors: test.descriptors, MaxUnknown: unknown, MaxUnknownOf: unknownOf}
		if most, mostOf := o.unknownPlaces(); most != test.most || mostOf != test.mostOf {
			t.Errorf("with %d descriptors %d places, %d for an address; want %d and %d", test.descriptors, most, mostOf, test.most, test.mostOf)
		}
	}
}
