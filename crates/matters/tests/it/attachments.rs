//! Files: what is taken, what is shown, what stays.

use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use matters::{
    attachments::{self, Attachment},
    notices::{self, Delivery},
};
use web::Problem;

use crate::{Office, sql};

/// The smallest photograph of `width` × `height` that tells where it was taken.
fn photograph(width: u16, height: u16) -> Vec<u8> {
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.extend([1, 1, 0x11, 0]);
    let mut jpeg = Jpeg::from_bytes(b"\xff\xd8\xff\xd9"[..].into()).unwrap();
    for (marker, contents) in [(markers::APP1, b"Exif\0\0GPS 45.75,126.65".to_vec()), (markers::SOF0, frame)]
    {
        jpeg.segments_mut().push(JpegSegment::new_with_contents(marker, contents.into()));
    }
    let scan = JpegSegment::new_with_entropy(
        markers::SOS,
        vec![1, 1, 0, 0, 63, 0].into(),
        b"\x01\x02\xff\xd9"[..].into(),
    );
    jpeg.segments_mut().push(scan);
    jpeg.encoder().bytes().to_vec()
}

fn tells_the_place(bytes: &[u8]) -> bool {
    bytes.windows(9).any(|part| part == b"GPS 45.75")
}

fn refused(kept: web::Result<attachments::Stored>) -> &'static str {
    match kept {
        Err(Problem::Refused(refusal)) => {
            assert_eq!(refusal.field, Some("files"));
            refusal.code
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_04_and_27_what_is_not_a_file_of_ours_is_refused_before_it_is_stored() {
    Office::each(async |office| {
        let (data, vault) = (office.data(), office.vault());
        for (name, bytes, code) in [
            ("x.jpg", b"MZ\x90\0 a program".to_vec(), "file_kind"),
            ("x.svg", b"<svg onload='alert(1)'/>".to_vec(), "file_kind"),
            ("x.txt", vec![b'x'; 20 * 1024 * 1024 + 1], "file_large"),
            ("x.jpg", photograph(30_000, 10), "image_size"),
            ("x.jpg", photograph(15_000, 15_000), "image_size"),
            ("x.jpg", photograph(0, 10), "image_broken"),
            ("x.jpg", b"\xff\xd8\xff\xe1\xff\xff cut off".to_vec(), "image_broken"),
        ] {
            assert_eq!(refused(attachments::keep(&vault, name, &bytes)), code, "{name}");
        }
        assert!(!data.join("attachments").exists(), "nothing was stored");
        let stored = attachments::keep(&vault, "../../etc/passwd\n\0.txt", "小票".as_bytes());
        assert!(stored.is_ok(), "a name is only a name");
        let folders = std::fs::read_dir(data.join("attachments")).unwrap().count();
        assert_eq!(folders, 1);
    })
    .await;
}

async fn attached(office: &Office, matter: &matters::Matter) -> Attachment {
    let stored = attachments::keep(&office.vault(), "现场.jpg", &photograph(4, 4)).unwrap();
    let matter = matter.clone();
    office
        .does("zhang", move |tx, ctx| {
            let id = attachments::add(tx, ctx, &matter, &stored, "evidence")?;
            attachments::find(tx, matter.id, id)
        })
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_27_the_copy_tells_no_place_and_the_original_is_opened_with_a_reason() {
    Office::each(async |office| {
        let (vault, matter) = (office.vault(), office.opens("desk", "zhang").await);
        let file = attached(&office, &matter).await;
        assert!(!tells_the_place(&attachments::bytes(&vault, &file).unwrap()));
        let open = |name: &'static str, reason: &'static str| {
            let matter = matter.clone();
            office.does(name, move |tx, ctx| attachments::original(tx, ctx, &matter, file.id, reason))
        };
        assert!(matches!(open("auditor", "例行抽查一下").await, Err(Problem::Forbidden(_))));
        assert!(matches!(open("zhang", "看").await, Err(Problem::Refused(_))));
        let opened = open("zhang", "核对拍摄地点").await.unwrap();
        assert_eq!(attachments::original_bytes(&vault, &opened).unwrap(), photograph(4, 4));
        let log =
            sql("SELECT COUNT(*) FROM read_log WHERE what LIKE 'attachment:%' AND reason = '核对拍摄地点'");
        assert_eq!(office.db.read(move |tx| tx.scalar::<i64>(&log, &[])).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_09_a_file_is_found_only_with_its_own_matter() {
    Office::each(async |office| {
        let (own, other) = (office.opens("desk", "zhang").await, office.opens("desk", "wang").await);
        let file = attached(&office, &own).await;
        let found = office.does("wang", move |tx, _| attachments::find(tx, other.id, file.id)).await;
        assert!(matches!(found, Err(Problem::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_off_stays_on_the_disk_and_proofs_stay_on_the_matter() {
    Office::each(async |office| {
        let (vault, matter) = (office.vault(), office.opens("desk", "zhang").await);
        let (file, proof) = (attached(&office, &matter).await, attached(&office, &matter).await);
        let take = |id, reason: &'static str| {
            let matter = matter.clone();
            office.does("zhang", move |tx, ctx| attachments::remove(tx, ctx, &matter, id, reason))
        };
        let of = matter.clone();
        let told = Delivery {
            kind: "accepted",
            channel: "phone".to_owned(),
            proof_kind: "screenshot".to_owned(),
            attachment: Some(proof.id),
            ..Delivery::default()
        };
        office.does("zhang", move |tx, ctx| notices::deliver(tx, ctx, &of, &told)).await.unwrap();
        assert!(matches!(take(proof.id, "传错了文件").await, Err(Problem::Refused(_))), "it proves a notice");
        assert!(matches!(take(file.id, "错").await, Err(Problem::Refused(_))));
        take(file.id, "传错了文件").await.unwrap();
        assert!(matches!(take(file.id, "传错了文件").await, Err(Problem::NotFound)));
        let id = matter.id;
        let left = office.does("zhang", move |tx, _| attachments::of(tx, id)).await.unwrap();
        assert_eq!(left.iter().map(|file| file.id).collect::<Vec<_>>(), [proof.id]);
        assert_eq!(attachments::original_bytes(&vault, &file).unwrap(), photograph(4, 4));
    })
    .await;
}
