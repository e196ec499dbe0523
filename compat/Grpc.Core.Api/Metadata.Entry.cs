using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    // Header-Name in PROTOCOL-HTTP2.md: 1*( %x30-39 / %x61-7A / "_" / "-" / ".").
    private static readonly SearchValues<char> ValidKeyCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>One header. Keys are lower-cased; a key that ends in <c>-bin</c> holds bytes, any other holds text.</summary>
    public class Entry
    {
        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalize(key);
            if (!IsBinary)
            {
                throw new ArgumentException("Key for binary valued metadata entry needs to have suffix indicating binary value.", nameof(key));
            }

            _valueBytes = (byte[])valueBytes.Clone();
        }

        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalize(key);
            if (IsBinary)
            {
                throw new ArgumentException("Key for ASCII valued metadata entry cannot have suffix indicating binary value.", nameof(key));
            }

            _value = value;
        }

        public string Key { get; }

        public byte[] ValueBytes => _valueBytes is null ? Encoding.ASCII.GetBytes(_value!) : (byte[])_valueBytes.Clone();

        public string Value => _value ?? throw new InvalidOperationException("Cannot get string value of a binary metadata entry");

        public bool IsBinary => Key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        /// <summary>The bytes themselves, for writing to the wire without another copy.</summary>
        internal ReadOnlySpan<byte> RawBytes => _valueBytes;

        public override string ToString() => _valueBytes is null
            ? $"[Entry: key={Key}, value={_value}]"
            : $"[Entry: key={Key}, valueBytes={Convert.ToHexString(_valueBytes)}]";

        internal bool Is(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        private static string Normalize(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
#pragma warning disable CA1308 // HTTP/2 header names are lower case on the wire (RFC 9113, section 8.2).
            key = key.ToLowerInvariant();
#pragma warning restore CA1308
            if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(ValidKeyCharacters))
            {
                throw new ArgumentException(
                    $"Metadata entry key '{key}' is invalid. Only a-z, 0-9, '_', '-' and '.' are allowed.", nameof(key));
            }

            return key;
        }
    }
}
