package dev.boardcast.bus;

/**
 * A typed address on the event bus. Its name has a version: an incompatible message gets a new
 * name, so that nodes of two releases can run side by side during a deploy.
 *
 * @param name without the application's name, which {@link TypedBus} puts before it
 * @param type the only message type of the address
 */
public record Address<T>(String name, Class<T> type) {}
