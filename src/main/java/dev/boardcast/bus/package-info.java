/**
 * The addresses, message records and codecs of the event bus.
 *
 * <p>The bus is a hint channel: delivery is at most once. Subscribers detect a loss by sequences,
 * versions and beacons, and then read the event log or the board state.
 */
package dev.boardcast.bus;
