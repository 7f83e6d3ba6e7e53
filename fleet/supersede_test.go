package fleet

import "testing"

func TestWhatTakesThePlaceOfWhat(t *testing.T) {
	for name, c := range map[string]struct {
		a, old Act
		want   bool
	}{
		"what moves it":                  {Hold{}, GoTo{}, true},
		"what moves it, by hand":         {FlyManual{}, Launch{}, true},
		"a view, of what moves it":       {LookAt{}, GoTo{}, false},
		"a view":                         {LookAt{}, AimGimbal{}, true},
		"a view that ends":               {LookAway{}, LookAt{}, true},
		"a rate, which nothing waits on": {JogGimbal{}, LookAt{}, false},
		"a list":                         {SetRally{}, VerifyPlan{}, true},
		"a list, of what moves it":       {UploadPlan{}, GoTo{}, false},
		"the same wish":                  {SetZoom{Percent: 1}, SetZoom{Percent: 2}, true},
		"another wish":                   {SetZoom{}, SetFocus{}, false},
		"home":                           {SetHome{}, SetHome{}, true},
		"a photo after a photo":          {TakePhotos{}, TakePhotos{}, false},
		"what is read":                   {ReadParameters{}, SetParameters{}, false},
		"files":                          {ListFiles{}, ListFiles{}, false},
	} {
		if got := Supersedes(c.a, c.old); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
