namespace Artorizer.Router.Realtime;

/// <summary>The peer has closed the connection, or it broke.</summary>
internal sealed class SocketClosedException() : IOException("The connection was closed.");
