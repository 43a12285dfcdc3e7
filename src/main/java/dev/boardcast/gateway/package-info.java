/**
 * Client connections: delivers events and snapshots to the sessions that may see them, in order, at
 * the speed of each client.
 *
 * <pre>
 *  bus: events ----> ShardFeed (in order, gaps read from the log) --> SubscriptionTable --> Session
 *  bus: snapshots -> BoardFeed (newest, or the last as stale) ------------^                   |
 *  client frames --> Transport -> SessionProtocol -> SubscriptionManager -'   SendQueue -> Transport
 * </pre>
 *
 * <p>The sub-packages use each other in one direction: {@code protocol} (messages and their
 * encodings) and {@code loop} (what one event loop shares) use no other; {@code transport} and
 * {@code feed} use these; {@code session} uses all four. Everything but {@link
 * dev.boardcast.gateway.GatewayNode} belongs to one event loop, without locks. All that is sent to
 * a client passes through {@link dev.boardcast.gateway.transport.Transport}.
 */
package dev.boardcast.gateway;
