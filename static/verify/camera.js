// Reads a QR from the camera or a photograph: by the browser's own reader where it has one, else by ours. Nothing leaves the phone.
const place = document.documentElement.dataset;
let reader;

function ours() {
  reader ||= new Promise((ready, fail) => {
    const script = document.createElement("script");
    script.src = place.zxing;
    script.onerror = fail;
    script.onload = () => {
      ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => place.wasm } });
      ready(async (picture) => (await ZXingWASM.readBarcodes(picture, { formats: ["QRCode"], tryHarder: true })).map((code) => code.text));
    };
    document.head.append(script);
  });
  return reader;
}

async function own() {
  if (!("BarcodeDetector" in window) || !(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (picture) => (await detector.detect(picture)).map((code) => code.rawValue);
}

export async function inPhotograph(file) {
  return (await ours())(file);
}

// Shows the camera in ``video`` until a QR is seen; returns its text, or null once it has been stopped.
export async function throughCamera(video, stopped) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
  try {
    video.srcObject = stream;
    await video.play();
    const detector = await own(), decode = detector || await ours(), canvas = document.createElement("canvas");
    while (!stopped()) {
      let picture = video;
      if (!detector) {
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        const drawing = canvas.getContext("2d", { willReadFrequently: true });
        drawing.drawImage(video, 0, 0);
        picture = drawing.getImageData(0, 0, canvas.width, canvas.height);
      }
      const [text] = await decode(picture).catch(() => []);
      if (text) return text;
      await new Promise((next) => setTimeout(next, 150));
    }
    return null;
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
  }
}
