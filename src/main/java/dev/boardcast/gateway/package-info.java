/**
 * Client connections: who sees what, in order, at each one's own speed.
 *
 * <pre>
 *  bus: events ----> ShardFeed (in order, holes read from the log) ---> Hub ---> Session -> SendQueue -> Transport
 *  bus: snapshots -> BoardFeed (newest, or the last known, stale) --------'         ^
 *  frames of clients -> Transport -> SessionProtocol -> SubscriptionManager (topics, resume) ------------'
 * </pre>
 *
 * <p>Everything of one {@link dev.boardcast.gateway.GatewayVerticle} lives on one event loop, so
 * there are no locks; only {@link dev.boardcast.gateway.GatewayNode} is shared by a node's
 * instances. What is written to a client passes through {@link
 * dev.boardcast.gateway.transport.Transport}, the one seam to the transport.
 */
package dev.boardcast.gateway;
