package dev.boardcast.bus.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.NodeContext;
import dev.boardcast.bus.security.ClusterSecret;
import dev.boardcast.bus.security.MemberHandshake;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Completable;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster manager with a Hazelcast member of its own, which it shuts down when it leaves. Thread
 * safe.
 */
public final class RegistryMember extends HazelcastClusterManager {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryMember.class);
  // The attribute by which Vert.x finds the node of a member.
  private static final String NODE_ID = "__vertx.nodeId";
  private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(2);

  private static final int RESTORE_MILLIS = 5_000;

  private final HazelcastInstance member;
  private final AllowedClasses classes;
  private final OwnEntries entries;
  private final AtomicBoolean isRestoring = new AtomicBoolean();
  private Vertx vertx;
  private volatile RegistrationListener listener;
  private volatile long timer = -1;

  private RegistryMember(HazelcastInstance member, AllowedClasses classes) {
    super(member);
    this.member = member;
    this.classes = classes;
    this.entries = new OwnEntries(member);
  }

  /**
   * Starts a member, which joins the others or is the first. Blocks for seconds.
   *
   * @param config changed: see {@link MembersOnly}
   * @param secret that members prove to each other to know; without one they are not authenticated
   */
  public static RegistryMember start(Config config, Optional<ClusterSecret> secret) {
    var classes = new AllowedClasses(RegistryMember.class.getClassLoader());
    classes.applyTo(config);
    config.getMemberAttributeConfig().setAttribute(NODE_ID, UUID.randomUUID().toString());
    NodeContext context =
        secret.isPresent()
            ? new AuthenticatedNodeContext(new MemberHandshake(secret.get(), HANDSHAKE_LIMIT))
            : new DefaultNodeContext();
    return new RegistryMember(
        HazelcastInstanceFactory.newHazelcastInstance(config, config.getInstanceName(), context),
        classes);
  }

  /**
   * Counts what this member refused of others: {@code boardcast_cluster_classes_refused_total}.
   * Above 0, somebody else than a node has sent it something.
   */
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder("boardcast.cluster.classes.refused", classes, AllowedClasses::refusals)
        .description("Objects that reached Hazelcast's port and are not among those of a cluster")
        .register(registry);
  }

  /** How often this member refused what another one sent. */
  public long refusals() {
    return classes.refusals();
  }

  /** Shuts the member down, for a Vert.x that was not started. Blocks for seconds. */
  public void shutDown() {
    if (member.getLifecycleService().isRunning()) member.shutdown();
  }

  @Override
  public void init(Vertx user) {
    vertx = user;
    super.init(user);
  }

  @Override
  public void join(Completable<Void> promise) {
    Promise<Void> joined = Promise.promise();
    super.join(joined);
    joined
        .future()
        .onSuccess(done -> timer = vertx.setPeriodic(RESTORE_MILLIS, tick -> restore()))
        .onComplete(promise);
  }

  @Override
  public void addRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    entries.add(address, info);
    super.addRegistration(address, info, promise);
  }

  @Override
  public void removeRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
    entries.remove(address, info);
    super.removeRegistration(address, info, promise);
  }

  @Override
  public void registrationListener(RegistrationListener user) {
    listener = user;
    super.registrationListener(user);
  }

  /** Also has the bus read again who subscribes: it may have missed a change. */
  private void restore() {
    // While Hazelcast is in trouble, a run may take longer than the time until the next one.
    if (!isRestoring.compareAndSet(false, true)) return;
    vertx
        .executeBlocking(
            () -> {
              entries.restore(getNodeId(), getNodeInfo());
              return entries.addresses();
            },
            false)
        .onComplete(done -> isRestoring.set(false))
        .onSuccess(addresses -> addresses.forEach(this::refresh))
        .onFailure(trouble -> LOG.debug("The registry cannot be written", trouble));
  }

  private void refresh(String address) {
    if (!listener.wantsUpdatesFor(address)) return;
    Promise<List<RegistrationInfo>> read = Promise.promise();
    getRegistrations(address, read);
    read.future()
        .onSuccess(
            known -> listener.registrationsUpdated(new RegistrationUpdateEvent(address, known)));
  }

  @Override
  public void leave(Completable<Void> promise) {
    vertx.cancelTimer(timer);
    Promise<Void> left = Promise.promise();
    super.leave(left);
    left.future()
        .otherwise(
            failure -> {
              LOG.debug("Hazelcast was gone before the node left", failure);
              return null;
            })
        .compose(
            done ->
                vertx.<Void>executeBlocking(
                    () -> {
                      shutDown();
                      return null;
                    },
                    false))
        .onComplete(promise);
  }
}
