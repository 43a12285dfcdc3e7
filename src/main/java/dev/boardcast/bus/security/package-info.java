/**
 * Closes a cluster to everybody without its secret: keys derived from it, certificates of nodes,
 * TLS of the event bus, signatures of orders and beacons.
 */
package dev.boardcast.bus.security;
