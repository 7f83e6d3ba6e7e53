// Package quad is the rigid body of a quadrotor with its motors and sensors, for autopilots that want every sample of them
// (MAVLink HIL, lockstep). Positions and velocities are north, east, down from where it stands at first; the body's axes are
// forward, right, down, as PX4 has them.
//
//	motor commands ──first order──► thrusts ──► force, torque ──► velocity, rates ──► position, attitude
//	wind ──drag────────────────────────────────────┘                                 └──► sensors
//
// Sources: rigid body dynamics by quaternion (Stevens, Lewis, Johnson, "Aircraft Control and Simulation", chapter 1); motor
// layout and signs of PX4's CA_ROTOR parameters; standard atmosphere (ISO 2533).
package quad
