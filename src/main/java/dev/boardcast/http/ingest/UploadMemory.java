package dev.boardcast.http.ingest;

import dev.boardcast.http.CurrentAccess;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.web.limits.Budget;
import dev.boardcast.web.limits.Budget.Grant;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The part of its client's budget that one NDJSON upload takes: a block from its beginning to its
 * end, and more while its batches are larger. Confined to the request's event loop.
 */
final class UploadMemory {
  private static final int BLOCK = 128 << 10;
  // The rest of the first block is for what has arrived and was not read.
  private static final int LINES_OF_FIRST = 64 << 10;

  private static final int RETRY_AFTER_SECONDS = 2;

  private final Budget budget;
  private final String client;
  private long held;

  private UploadMemory(Budget budget, String client) {
    this.budget = budget;
    this.client = client;
  }

  /**
   * Takes the first block for an upload, until its request ends.
   *
   * @throws Problem naming the setting, when there is none; the connection closes with the answer
   */
  static UploadMemory begin(RoutingContext context, ClientLimits limits) {
    Optional<Principal> principal = RequestPrincipal.of(context);
    String client = limits.client(context.request(), principal);
    var memory = new UploadMemory(limits.uploads(principal), client);
    Grant grant = memory.budget.acquire(client, BLOCK);
    if (grant != Grant.GRANTED) {
      boolean isShare = grant == Grant.SHARE_SPENT;
      String setting = isShare ? "http-upload-bytes-per-client" : "http-upload-bytes";
      limits.meters().refused(setting, client);
      CurrentAccess.endUpload(context);
      throw isShare
          ? Problem.tooMany("too many uploads at once (" + setting + ")", RETRY_AFTER_SECONDS)
          : Problem.unavailable("too many uploads (" + setting + ")", RETRY_AFTER_SECONDS);
    }
    memory.held = BLOCK;
    context.addEndHandler(ended -> memory.end());
    return memory;
  }

  /** Takes what these bytes of lines need; false when there is no more. */
  boolean hold(long bytes) {
    long wanted = blocks(bytes);
    if (wanted <= held) return true;
    if (budget.acquire(client, wanted - held) != Grant.GRANTED) return false;
    held = wanted;
    return true;
  }

  /** Gives back what these bytes of lines do not need. */
  void shrink(long bytes) {
    long wanted = blocks(bytes);
    if (wanted >= held) return;
    budget.release(client, held - wanted);
    held = wanted;
  }

  private static long blocks(long bytes) {
    long more = Math.max(0, bytes - LINES_OF_FIRST);
    return BLOCK + (more + BLOCK - 1) / BLOCK * BLOCK;
  }

  private void end() {
    budget.release(client, held);
    held = 0;
  }
}
