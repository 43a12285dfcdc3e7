/**
 * The fault matrix: a cluster of real processes on this machine, with a PostgreSQL and a Redis of
 * its own, and a {@link dev.boardcast.lab.load.LoadRun} per fault. It stops all that it starts.
 */
package dev.boardcast.lab.faults;
