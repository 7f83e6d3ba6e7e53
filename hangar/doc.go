// Package hangar keeps a dock: a pure gatekeeper between the Desk and the dock's session. The firmware owns motion and
// interlocks; Dock mirrors its state, refuses what must not be asked, and says when an act has had its effect.
//
//	Idle ─► Opening ─► LaunchReady ─► (vehicle lifts off) ─► ClearHold ─► Closing ─► Away ─► Opening ─► LandingReady
//	  ▲                                                                                                    │
//	  └──────────── Charging ◄─ Closing ◄─ Centring ◄─ Occupied ◄──────────── (vehicle lands) ◄────────────┘
//	from any: Askew, Obstructed, Fault, EStop (latched), Maintenance
//
// An Intent is refused with the shut gate's code, or forwarded to the session. The session's Reports pass through up to
// accepted; done is what is seen:
//
//	PrepareLaunch   state launch-ready, both lid sensors open, fresh
//	PrepareLanding  state landing-ready, both lid sensors open, fresh
//	CloseAway       state away, both lid sensors closed
//	Secure, Abort   state idle or charging, seated, both lid sensors closed
//	SwapPack        idle or charging, at rest, another pack in the vehicle than before; nothing else is done meanwhile
//	Charge          the charger works, or the pack has as much
//	Wake            the vehicle has power and is heard
//
// Interlocks (invariants 4 to 6): no closing over a vehicle that is armed, turning its motors, or not seated; no closing
// behind one that is not clear, or whose link is not fresh, or that could be back before the lid is open again plus a
// minute. While a dock is closed behind its vehicle and the vehicle's link is lost, the dock is opened by itself.
// Unknown or stale is shut.
package hangar
