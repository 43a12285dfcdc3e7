/**
 * Hazelcast as the registry of subscriptions, and as nothing else: members only, of this cluster
 * only, and no class beyond a list. Needs the optional artifact {@code io.vertx:vertx-hazelcast}.
 */
package dev.boardcast.bus.hazelcast;
