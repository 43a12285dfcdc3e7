package dev.boardcast;

import dev.boardcast.http.ApiRouter;

/** The paths of a node by the port that serves them. Thread safe. */
interface PortRoutes {
  /** Those of the HTTP port, for one event loop. */
  ApiRouter httpPort();

  /** Those of the port of administration, for one event loop. */
  ApiRouter adminPort();
}
