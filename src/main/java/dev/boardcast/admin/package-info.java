/**
 * Operation of a node: health and readiness, meters, and the admin API, for which the nodes
 * announce themselves and exchange reports on the bus.
 */
package dev.boardcast.admin;
