/**
 * The fault matrix: a cluster of real processes on this machine, with PostgreSQL and Redis of its
 * own, and a {@link dev.boardcast.lab.load.LoadRun} for each thing that can go wrong. What is
 * started here is stopped here.
 */
package dev.boardcast.lab.faults;
