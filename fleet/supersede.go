package fleet

import "reflect"

// Supersedes says whether a new act takes the place of an unfinished one: what moves the vehicle, what turns the gimbal, what
// reads or writes the lists on board, or the same wish anew.
func Supersedes(a, old Act) bool {
	if Moves(a) && Moves(old) || Turns(a) && Turns(old) || lists(a) && lists(old) {
		return true
	}
	switch a.(type) {
	case SetHome, SetZoom, SetFocus, VerifySafety, ReadParameters, SetParameters, RotateKey:
		return reflect.TypeOf(a) == reflect.TypeOf(old)
	}
	return false
}

// Turns says whether the act turns the gimbal until it is over, or gives it up.
func Turns(a Act) bool {
	switch a.(type) {
	case AimGimbal, ReleaseGimbal, LookAt, LookAway:
		return true
	}
	return false
}

func lists(a Act) bool {
	switch a.(type) {
	case UploadPlan, VerifyPlan, SetRally:
		return true
	}
	return false
}
