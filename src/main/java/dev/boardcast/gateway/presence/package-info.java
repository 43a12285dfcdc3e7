/**
 * Who is present on the topics of a cluster.
 *
 * <pre>
 *  own sessions ---> LocalPresence ----+--> PresenceTable --> TopicFeed --> PresenceWatcher (one per event loop)
 *                         |            |
 *                    bus: presence -> ReplicaSet
 * </pre>
 *
 * <p>Each node owns the presence of its sessions and tells the others what changes; they hold
 * replicas, ask for the whole when they have missed a report, and drop it when the node is silent.
 * {@link dev.boardcast.gateway.presence.PresenceRegistry} is thread safe; what it consists of is
 * used under its lock only. Uses {@code protocol} and no other sub-package.
 */
package dev.boardcast.gateway.presence;
