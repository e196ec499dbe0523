namespace Artorizer.Router.Realtime;

/// <summary>What came over a WebSocket: a whole text message, or some bytes of a binary one. Good until the next is asked for.</summary>
/// <param name="IsText">Whether it is text.</param>
/// <param name="Bytes">The bytes.</param>
internal readonly record struct SocketFrame(bool IsText, ReadOnlyMemory<byte> Bytes);
