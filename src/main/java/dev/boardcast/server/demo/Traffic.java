package dev.boardcast.server.demo;

import java.util.random.RandomGenerator;

/** One kind of made-up traffic: a request that some user of a board might make now. */
interface Traffic {
  /** Requests per second, on average. */
  double rate();

  /** The next one. */
  Call next(RandomGenerator random);

  /** What came back for a call that creates something; most traffic does not care. */
  default void answered(Call call, String location) {}

  /**
   * @param user who calls
   * @param body JSON, empty for none
   */
  record Call(String user, String path, String body) {}
}
