package dev.boardcast.server.demo;

import java.util.random.RandomGenerator;

/** Generates the requests of one board's users. Not thread safe. */
interface Traffic {
  /** Requests per second, on average. */
  double rate();

  /** The next request. */
  Call next(RandomGenerator random);

  /**
   * Called when a request has created something.
   *
   * @param location the path of what was created
   */
  default void created(Call call, String location) {}

  /**
   * A POST.
   *
   * @param user whose token is sent
   * @param body JSON, or empty
   */
  record Call(String user, String path, String body) {}
}
